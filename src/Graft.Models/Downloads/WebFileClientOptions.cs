namespace Graft.Models.Downloads;

/// <summary>The options of a <see cref="WebFileClient"/>. Immutable.</summary>
public sealed record WebFileClientOptions
{
    /// <summary>
    /// The environment variable with the address of a mirror. The mirror's scheme, host, port and path replace the
    /// scheme, host and port of every address.
    /// </summary>
    public const string MirrorVariable = "GRAFT_HUB";

    /// <summary>The mirror; none when null.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>The number of consecutive failures without a new byte after which the download fails.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause after the first failure; it doubles with each further failure.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time without received data after which the connection counts as broken.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the options from the environment: the mirror in <see cref="MirrorVariable"/>.</summary>
    /// <exception cref="PullException">The variable is set, but is no address.</exception>
    public static WebFileClientOptions FromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(MirrorVariable);
        if (string.IsNullOrWhiteSpace(text))
            return new WebFileClientOptions();
        return Uri.TryCreate(text, UriKind.Absolute, out var mirror) && mirror.Scheme is "http" or "https"
            ? new WebFileClientOptions { Mirror = mirror }
            : throw new PullException(
                $"{MirrorVariable} is '{text}'; the address of a mirror, such as https://mirror.example/path, was "
                    + $"expected. Correct it or unset it."
            );
    }

    /// <summary>The address to request a file from: at the mirror if there is one.</summary>
    internal Uri AddressOf(WebFile file) =>
        Mirror is null ? file.Address : new Uri($"{Mirror.AbsoluteUri.TrimEnd('/')}{file.Address.PathAndQuery}");
}
