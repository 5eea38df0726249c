using System.Globalization;
using System.Text;

namespace Graft.Testing;

/// <summary>What was asked of a <see cref="FaultyServer"/>.</summary>
public sealed record ServerRequest(string Path, int? RangeFrom, string? IfRange)
{
    public static async Task<ServerRequest> Read(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync(cancellationToken))!.Split(' ')[1];
        int? from = null;
        string? tag = null;
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name.Equals("Range", StringComparison.OrdinalIgnoreCase))
                from = int.Parse(value["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            if (name.Equals("If-Range", StringComparison.OrdinalIgnoreCase))
                tag = value;
        }

        return new ServerRequest(path, from, tag);
    }
}
