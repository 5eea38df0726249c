using Graft.Cli;
using Graft.Cli.Execution;
using Graft.Cli.Rendering;

using var interruption = new Interruption(Console.Error);
return interruption.ExitCodeFor(GraftCommandLine.Run(args, Terminal.OfProcess(), interruption.Token));
