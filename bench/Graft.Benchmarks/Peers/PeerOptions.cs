using System.Globalization;

namespace Graft.Benchmarks.Peers;

/// <summary>What the comparison was asked to do.</summary>
internal sealed record PeerOptions
{
    public const string Usage = """
        Usage: run.sh [options]
          --case NAME      compare this case: BACKBONE-SIZE-bBATCH-tTHREADS, for example resnet50-224-b16-t2
                           (repeatable; a fixed list by default)
          --training       compare training steps rather than features: train-head, train-last-stage,
                           train-all, train-all-statistics
          --peer NAME      compare with onnxruntime or torch only (repeatable; both by default)
          --rounds N       turns of each program (7)
          --seconds S      how long a turn is at least (1.5)
          --warm-up S      how long each program runs before the first turn at least (3)
          --output FILE    also write the results as JSON
          --list           name the cases and end
        """;

    /// <summary>Where the peers' servers are.</summary>
    public string Scripts { get; private set; } = ".";

    public string Python { get; private set; } = "/usr/bin/python3";

    public List<PeerCase> Cases { get; } = [];

    public List<string> Peers { get; } = [];

    public int Rounds { get; private set; } = 7;

    public double Seconds { get; private set; } = 1.5;

    public double WarmUpSeconds { get; private set; } = 3;

    public string? Output { get; private set; }

    public bool ListsOnly { get; private set; }

    public bool Takes(string peer) => Peers.Count == 0 || Peers.Contains(peer);

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It is wrong; the message says how.</exception>
    public static PeerOptions Parse(string[] arguments)
    {
        var options = new PeerOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--scripts":
                    options.Scripts = Next();
                    break;
                case "--python":
                    options.Python = Next();
                    break;
                case "--case":
                    options.Cases.Add(PeerCase.Parse(Next()));
                    break;
                case "--peer":
                    options.Peers.Add(
                        Next() is "onnxruntime" or "torch"
                            ? arguments[i]
                            : throw new ArgumentException(
                                $"'{arguments[i]}' is no peer. There are: onnxruntime, torch."
                            )
                    );
                    break;
                case "--rounds":
                    options.Rounds = (int)Positive();
                    break;
                case "--seconds":
                    options.Seconds = Positive();
                    break;
                case "--warm-up":
                    options.WarmUpSeconds = Positive();
                    break;
                case "--training":
                    options.Cases.AddRange(PeerCase.AllTraining);
                    break;
                case "--output":
                    options.Output = Next();
                    break;
                case "--list":
                    options.ListsOnly = true;
                    break;
                default:
                    throw new ArgumentException($"Unknown option '{arguments[i]}'.\n{Usage}");
            }

            string Next() =>
                ++i < arguments.Length
                    ? arguments[i]
                    : throw new ArgumentException($"'{arguments[i - 1]}' needs a value.\n{Usage}");

            double Positive() =>
                double.TryParse(Next(), CultureInfo.InvariantCulture, out var value) && value >= 0.1
                    ? value
                    : throw new ArgumentException(
                        $"'{arguments[i - 1]}' needs a number of 0.1 or more, not '{arguments[i]}'."
                    );
        }

        return options;
    }
}
