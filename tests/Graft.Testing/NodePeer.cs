using System.Diagnostics;

namespace Graft.Testing;

/// <summary>
/// A program in Node.js under <c>tests/</c> that runs models, to compare with. The first use on a machine installs its
/// packages with npm, one process at a time; tests that use it are slow ones.
/// </summary>
public sealed class NodePeer
{
    private static readonly TimeSpan InstallationLimit = TimeSpan.FromMinutes(15);
    private readonly string _title;
    private readonly string _folder;
    private readonly Lazy<string?> _missing;

    /// <summary>Names a peer.</summary>
    /// <param name="title">What it is called in messages.</param>
    /// <param name="folder">Its folder under <c>tests/</c>, with <c>run.mjs</c> and a lock file.</param>
    public NodePeer(string title, string folder)
    {
        _title = title;
        _folder = Path.Combine(Root, "tests", folder);
        _missing = new Lazy<string?>(Install);
    }

    /// <summary>Why it cannot be used on this machine, as a reason to skip a test; null when it can.</summary>
    public string? WhyUnavailable => _missing.Value;

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Graft.slnx")))
                folder = folder.Parent
                    ?? throw new DirectoryNotFoundException(
                        $"No folder above {AppContext.BaseDirectory} holds Graft.slnx; run the tests from a clone."
                    );
            return folder.FullName;
        }
    }

    /// <summary>Runs jobs, all in one process.</summary>
    /// <typeparam name="TAnswer">What the program says of a job in <c>answers.json</c>.</typeparam>
    /// <param name="inputs">The input of each job.</param>
    /// <param name="job">
    /// Describes a job for <c>jobs.json</c>: its number, and the paths of its input and output.
    /// </param>
    /// <returns>What the program says and the output's values, for each job.</returns>
    public IReadOnlyList<(TAnswer Answer, float[] Values)> Run<TAnswer>(
        IReadOnlyList<ReadOnlyMemory<float>> inputs,
        Func<int, string, string, object> job
    )
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(job);
        return PeerJobs.Run<TAnswer>(_title, inputs, job, folder => Execute("node", "run.mjs", folder));
    }

    private string? Install()
    {
        if (NodeJs.WhyMissing is { } reason)
            return $"{_title} runs in Node.js. {reason}";
        var wanted = File.ReadAllText(Path.Combine(_folder, "package-lock.json"));
        var installed = Path.Combine(_folder, "node_modules", ".installed");
        using (WaitForLock())
        {
            if (File.Exists(installed) && File.ReadAllText(installed) == wanted)
                return null;
            var (code, text) = Execute(NodeJs.Npm, "ci");
            if (code != 0)
                throw new InvalidOperationException(
                    $"'npm ci' in {_folder} failed. Check that npm reaches its registry (npm ping). npm said: {text}"
                );
            File.WriteAllText(installed, wanted);
            return null;
        }
    }

    /// <summary>Test projects run side by side in processes of their own.</summary>
    private FileStream WaitForLock()
    {
        var path = Path.Combine(Root, "artifacts", $"{Path.GetFileName(_folder)}.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < InstallationLimit)
            {
                Thread.Sleep(200);
            }
        }
    }

    private (int Code, string Text) Execute(string program, params IEnumerable<string> arguments) =>
        PeerJobs.Execute(_folder, program, arguments);
}
