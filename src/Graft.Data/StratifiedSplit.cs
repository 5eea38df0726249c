using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Graft.Data;

/// <summary>
/// Divides images into training and validation, class by class and whole groups at a time. A pure function of the seed,
/// the labels and the group keys: neither the order of the images nor their names matter.
/// </summary>
/// <remarks>
/// Each group has a rank, the hash of the seed and its key. Groups go to validation in the order of their ranks as long
/// as they fit. Adding an image therefore moves few others to the other side, unlike with a shuffle.
/// </remarks>
public static class StratifiedSplit
{
    /// <summary>Decides for each image whether it belongs to validation.</summary>
    /// <param name="labels">The class of each image, from 0.</param>
    /// <param name="groups">The group of each image; a group may have images of several classes.</param>
    /// <param name="fraction">The fraction that goes to validation, from 0 to below 1.</param>
    /// <param name="seed">The seed of the ranks.</param>
    public static bool[] Choose(IReadOnlyList<int> labels, IReadOnlyList<string> groups, double fraction, ulong seed)
    {
        var classes = labels.Count == 0 ? 0 : labels.Max() + 1;
        var sizes = new int[classes];
        foreach (var label in labels)
            sizes[label]++;
        var wanted = sizes.Select(size => Wanted(size, fraction)).ToArray();
        var taken = new int[classes];
        var ranked = Rank(labels, groups, seed);
        foreach (var group in ranked)
            Take(group, taken, wanted);

        // A class whose groups are all too large still gets the smallest, unless that leaves no image for training.
        var most = sizes.Select(size => size - 1).ToArray();
        for (var label = 0; label < classes; label++)
        {
            if (wanted[label] == 0)
                continue;
            foreach (
                var group in ranked.Where(group => group.Counts.ContainsKey(label)).OrderBy(group => group.Images.Count)
            )
            {
                if (taken[label] > 0)
                    break;
                Take(group, taken, most);
            }
        }

        var validation = new bool[labels.Count];
        foreach (var image in ranked.Where(group => group.Taken).SelectMany(group => group.Images))
            validation[image] = true;
        return validation;
    }

    private static int Wanted(int size, double fraction) =>
        size < 2 || fraction == 0
            ? 0
            : Math.Clamp((int)Math.Round(size * fraction, MidpointRounding.AwayFromZero), 1, size - 1);

    private static void Take(Group group, int[] taken, int[] limits)
    {
        if (group.Taken || group.Counts.Any(count => taken[count.Key] + count.Value > limits[count.Key]))
            return;
        group.Taken = true;
        foreach (var (label, count) in group.Counts)
            taken[label] += count;
    }

    private static Group[] Rank(IReadOnlyList<int> labels, IReadOnlyList<string> groups, ulong seed)
    {
        var byKey = new Dictionary<string, Group>(StringComparer.Ordinal);
        for (var image = 0; image < labels.Count; image++)
        {
            if (!byKey.TryGetValue(groups[image], out var group))
                byKey.Add(groups[image], group = new(groups[image], RankOf(groups[image], seed)));
            group.Images.Add(image);
            group.Counts[labels[image]] = group.Counts.GetValueOrDefault(labels[image]) + 1;
        }

        return [.. byKey.Values.OrderBy(group => group.Rank).ThenBy(group => group.Key, StringComparer.Ordinal)];
    }

    private static ulong RankOf(string key, ulong seed)
    {
        var bytes = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(key)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        Encoding.UTF8.GetBytes(key, bytes.AsSpan(sizeof(ulong)));
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes));
    }

    private sealed class Group(string key, ulong rank)
    {
        public string Key => key;

        public ulong Rank => rank;

        public List<int> Images { get; } = [];

        public Dictionary<int, int> Counts { get; } = [];

        public bool Taken { get; set; }
    }
}
