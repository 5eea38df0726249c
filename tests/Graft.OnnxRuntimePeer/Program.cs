// Runs ONNX files in ONNX Runtime, in a process of its own.
//   run FOLDER                                      for tests: the jobs of FOLDER/jobs.json
//   serve MODEL INPUT OUTPUT BATCH SIZE THREADS     for benchmarks: the protocol is in bench/peers/README.md
using Graft.OnnxRuntimePeer;

switch (args)
{
    case ["run", var folder]:
        JobRunner.Run(folder);
        return 0;
    case ["serve", var model, var input, var output, var batch, var size, var threads]:
        BenchmarkServer.Run(model, input, output, int.Parse(batch), int.Parse(size), int.Parse(threads));
        return 0;
    default:
        Console.Error.WriteLine("Usage: run FOLDER, or serve MODEL INPUT OUTPUT BATCH SIZE THREADS");
        return 2;
}
