namespace Graft.Cli.Tests;

public sealed class WrongCommandLineTests
{
    [Theory]
    [InlineData("trian photos", "Did you mean 'train'?")]
    [InlineData("feature photos", "Did you mean 'features'?")]
    [InlineData("train photos --hed linear", "Did you mean '--head'?")]
    [InlineData("train photos --epoch=3", "Did you mean '--epochs'?")]
    [InlineData("models lsit", "Did you mean 'list'?")]
    [InlineData("predict m.onnx a.jpg --topk 3", "Did you mean '--top-k'?")]
    [InlineData("train --jsn", "Did you mean '--json'?")]
    public void A_typo_gets_a_suggestion(string line, string suggestion)
    {
        var result = InProcess.Run(line.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(suggestion, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("completely-unlike")]
    [InlineData("train photos --xyzzyx")]
    public void What_is_like_nothing_gets_none(string line)
    {
        var result = InProcess.Run(line.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain("Did you mean", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "DATA")]
    [InlineData("train a b", "one argument too many")]
    [InlineData("train photos --resume runs/train", "leave out DATA")]
    [InlineData("train --resume runs/train --epochs 3", "leave out --epochs")]
    [InlineData("train photos --method fast", "'features' or 'frozen' or 'finetune'")]
    [InlineData("train photos --unfreeze layer4", "--method finetune")]
    [InlineData("train photos --method frozen --views 3", "--method features")]
    [InlineData("train photos --learning-rate 1 --find-learning-rate", "leave out one")]
    [InlineData("train photos --schedule wave", "'wave'")]
    [InlineData("train photos --time soon", "'soon'")]
    [InlineData("train d --epochs many", "--epochs takes a whole number of 1 or more; 'many' was given")]
    [InlineData("train d --epochs 0", "--epochs")]
    [InlineData("train d --batch-size -1", "--batch-size")]
    [InlineData("train d --threads 0", "--threads")]
    [InlineData("train d --image-size 100000", "from 1 to 16384")]
    [InlineData("train d --engine onnx", "'onnx' is not an engine; expected graft, graft:exact, onnxruntime")]
    [InlineData("train d --engine onnxruntime --exact", "--exact has no effect on --engine onnxruntime")]
    [InlineData("verify m --exact --engine onnxruntime:cuda", "--exact has no effect")]
    [InlineData("train d --head linar", "'linear', 'dense:128'")]
    [InlineData("train d --head dense:0", "--head")]
    [InlineData("train d --resize squash", "'stretch' or 'crop' or 'pad'")]
    [InlineData("train d --feature-precision int8", "'float32' or 'float16'")]
    [InlineData("train d --on-bad-image ignore", "'skip' or 'fail'")]
    [InlineData("train d --validation-fraction 1", "from 0 to below 1")]
    [InlineData("train d --refit maybe", "'yes' or 'no'")]
    [InlineData("train d --method finetune --refit yes --time 5m", "--refit yes asks for two")]
    [InlineData("train d --learning-rate 0", "above 0")]
    [InlineData("train d --learning-rate 1,5", "above 0")]
    [InlineData("train d --l2 NaN", "0 or more")]
    [InlineData("train d --seed -1", "seed")]
    [InlineData("train d --max-file-size lots", "256MiB or 2GB")]
    [InlineData("train d --max-file-size 99TB", "out of range")]
    [InlineData("train d --max-pixels 0", "out of range")]
    [InlineData("predict model.onnx", "IMAGE|FOLDER")]
    [InlineData("predict m i --top-k 0", "--top-k")]
    [InlineData("evaluate m d --split dev", "'train' or 'validation' or 'test'")]
    [InlineData("features photos", "--output")]
    [InlineData("features prune", "--unused-for TIME, --keep SIZE, --id ID or --all")]
    [InlineData("features prune --unused-for ever", "30d (days)")]
    [InlineData("models", "list, info, pull, remove")]
    [InlineData("models info", "NAME")]
    [InlineData("demo --set cifar10 --images 5", "from 20 to 10000")]
    [InlineData("demo --images 50", "--images requires --set cifar10")]
    [InlineData("demo --set Clothing --images 50", "--images requires --set cifar10")]
    [InlineData("demo --set cifar100", "'clothing' or 'cifar10'")]
    [InlineData("demo --set cifar100 --images 50", "'clothing' or 'cifar10'")]
    public void Wrong_command_lines_end_with_2_one_message_and_where_to_look(string line, string message)
    {
        var result = InProcess.Run(line.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("graft: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("--help'.", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void After_two_dashes_everything_is_a_path()
    {
        var result = InProcess.Run("train", "--", "--jsn");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--jsn", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_begins_with_an_at_sign_is_a_path()
    {
        var result = InProcess.Run("train", "@missing");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("@missing", result.Error, StringComparison.Ordinal);
    }
}
