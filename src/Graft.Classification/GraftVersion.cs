using System.Reflection;

namespace Graft.Classification;

/// <summary>The version of Graft that is running.</summary>
public static class GraftVersion
{
    /// <summary>The version, for example <c>0.1.0</c>.</summary>
    public static string Current { get; } =
        typeof(GraftVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0.0.0";
}
