using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Graft.Layers.Networks;

/// <summary>
/// Identifies what a network computes: its graph, its layers' configuration and every parameter's bits.
/// </summary>
public static class NetworkDigest
{
    /// <summary>The SHA-256 of everything that the output of a node depends on, besides the input.</summary>
    /// <param name="network">The network.</param>
    /// <param name="node">The node.</param>
    /// <returns>64 hexadecimal digits. Nodes that the node does not depend on are ignored.</returns>
    /// <exception cref="KeyNotFoundException">The network has no node of this name.</exception>
    public static string Compute(Network network, string node)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var step in network.NodesFor(network[node].Name))
        {
            Append(
                hash,
                $"{step.Name}\n{step.Layer.Kind}\n{step.Layer.Configuration}\n{string.Join(',', step.Inputs)}\n"
            );
            foreach (var parameter in step.Layer.Parameters)
            {
                Append(hash, $"{parameter.Name} {parameter.Value.Shape}\n");
                hash.AppendData(MemoryMarshal.AsBytes<float>(parameter.Value.Span));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
}
