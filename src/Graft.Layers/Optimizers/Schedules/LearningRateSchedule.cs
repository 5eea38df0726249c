using System.Globalization;

namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The learning rate as a pure function of the step. Only <see cref="PlateauSchedule"/> also depends on the losses.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>A constant learning rate.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantSchedule();

    /// <summary>The forms that <see cref="Parse"/> accepts, for help texts and messages.</summary>
    public static string Forms =>
        "constant, step:EPOCHS[:FACTOR], cosine[:FINAL], one-cycle[:WARM[:START[:FINAL]]], "
        + "plateau[:FACTOR[:PATIENCE]], each also after warmup:EPOCHS+";

    /// <summary>
    /// The schedule that lowers the rate when the loss stops decreasing; null if the rate depends only on the step.
    /// </summary>
    public virtual PlateauSchedule? Plateau => null;

    /// <summary>The factor applied to the optimizer's learning rate for a step.</summary>
    /// <param name="moment">The step.</param>
    /// <returns>0 or more.</returns>
    public abstract double Factor(ScheduleMoment moment);

    /// <summary>
    /// Parses a schedule: <c>constant</c>, <c>step:30:0.1</c>, <c>cosine</c>, <c>one-cycle</c>, <c>plateau:0.1:5</c>,
    /// <c>warmup:3+cosine</c>.
    /// </summary>
    /// <param name="text">The result of <see cref="object.ToString"/>, or a shorter form of it.</param>
    /// <exception cref="FormatException">The text is not a schedule; the message lists the valid forms.</exception>
    public static LearningRateSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var halves = text.Trim().Split('+', 2);
        var parts = halves[0].Split(':');
        var numbers = new double[parts.Length - 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(parts[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                throw Wrong(text, $": '{parts[i + 1]}' is not a number");
        }

        try
        {
            return (parts[0].ToLowerInvariant(), numbers, halves.Length) switch
            {
                ("constant", [], 1) => Constant,
                ("step", [var epochs], 1) => new StepSchedule(epochs),
                ("step", [var epochs, var factor], 1) => new StepSchedule(epochs, factor),
                ("cosine", [], 1) => new CosineSchedule(),
                ("cosine", [var final], 1) => new CosineSchedule(final),
                ("one-cycle", [], 1) => new OneCycleSchedule(),
                ("one-cycle", [var warm], 1) => new OneCycleSchedule(warm),
                ("one-cycle", [var warm, var start], 1) => new OneCycleSchedule(warm, start),
                ("one-cycle", [var warm, var start, var final], 1) => new OneCycleSchedule(warm, start, final),
                ("plateau", [], 1) => new PlateauSchedule(),
                ("plateau", [var factor], 1) => new PlateauSchedule(factor),
                ("plateau", [var factor, >= 0 and <= int.MaxValue and var patience], 1)
                    when patience == Math.Floor(patience) => new PlateauSchedule(factor, (int)patience),
                ("warmup", [var epochs], 1) => new WarmUpSchedule(epochs, Constant),
                ("warmup", [var epochs], 2) => new WarmUpSchedule(epochs, Parse(halves[1])),
                _ => throw Wrong(text, ""),
            };
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw Wrong(text, $": {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private protected static double RequireIn(double value, double least, double most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                FormattableString.Invariant($"It must be from {least} to {most}.")
            );

    private protected static double RequireEpochs(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The number of epochs must be above 0.");

    private static FormatException Wrong(string text, string why) =>
        new($"'{text}' is not a learning rate schedule{why}. Use {Forms}.");
}
