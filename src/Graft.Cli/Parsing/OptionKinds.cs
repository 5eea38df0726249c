using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Graft.Cli.Parsing;

/// <summary>Options whose values are checked during parsing. Error messages state what is expected.</summary>
internal static class OptionKinds
{
    /// <summary>Creates an option that takes a whole number.</summary>
    public static Option<int?> Whole(
        string name,
        string placeholder,
        string description,
        int minimum,
        int maximum = int.MaxValue
    ) =>
        new(name)
        {
            HelpName = placeholder,
            Description = description,
            CustomParser = result =>
                int.TryParse(Word(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && value >= minimum
                && value <= maximum
                    ? value
                    : Wrong<int?>(
                        result,
                        name,
                        maximum == int.MaxValue
                            ? $"a whole number of {minimum} or more"
                            : $"a whole number from {minimum} to {maximum}"
                    ),
        };

    /// <summary>Creates an option that takes a number.</summary>
    public static Option<double?> Real(
        string name,
        string placeholder,
        string description,
        Func<double, bool> accepts,
        string expected
    ) =>
        new(name)
        {
            HelpName = placeholder,
            Description = description,
            CustomParser = result =>
                double.TryParse(Word(result), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && double.IsFinite(value)
                && accepts(value)
                    ? value
                    : Wrong<double?>(result, name, expected),
        };

    /// <summary>Creates an option that takes one of several words.</summary>
    public static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct, Enum =>
        new(name)
        {
            HelpName = string.Join('|', choices.Select(choice => choice.Word)),
            Description = description,
            CustomParser = result =>
            {
                var word = Word(result);
                foreach (var choice in choices)
                {
                    if (choice.Word.Equals(word, StringComparison.OrdinalIgnoreCase))
                        return choice.Value;
                }

                return Wrong<T?>(result, name, string.Join(" or ", choices.Select(choice => $"'{choice.Word}'")));
            },
        };

    /// <summary>Creates an option whose value is parsed by a function.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="placeholder">The placeholder for the value in the help.</param>
    /// <param name="description">The description in the help.</param>
    /// <param name="parse">
    /// Parses the value; throws a <see cref="FormatException"/> with a message for the user if it is invalid.
    /// </param>
    public static Option<T?> Parsed<T>(string name, string placeholder, string description, Func<string, T> parse) =>
        new(name)
        {
            HelpName = placeholder,
            Description = description,
            CustomParser = result =>
            {
                try
                {
                    return parse(Word(result));
                }
                catch (FormatException error)
                {
                    result.AddError($"{name}: {error.Message}");
                    return default;
                }
            },
        };

    private static string Word(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";

    private static T? Wrong<T>(ArgumentResult result, string name, string expected)
    {
        result.AddError($"{name} takes {expected}; '{Word(result)}' was given.");
        return default;
    }
}
