namespace Graft.Testing;

/// <summary>Finds the folder of the repository that the running tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds <c>Graft.slnx</c>, above the test's assembly.</summary>
    /// <exception cref="DirectoryNotFoundException">The assembly does not lie inside the repository.</exception>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Graft.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException(
            $"No folder above '{AppContext.BaseDirectory}' holds Graft.slnx; run the tests from the repository's "
                + $"build output."
        );
    }
}
