using Graft.Layers.Optimizers.Schedules;

namespace Graft.Layers.Tests;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData("constant", "constant")]
    [InlineData("step:30", "step:30:0.1")]
    [InlineData("STEP:2.5:0.5", "step:2.5:0.5")]
    [InlineData("cosine:0.01", "cosine:0.01")]
    [InlineData("one-cycle:0.2", "one-cycle:0.2:0.04:4E-06")]
    [InlineData("plateau", "plateau:0.1:10")]
    [InlineData("warmup:3+plateau:0.5:2", "warmup:3+plateau:0.5:2")]
    [InlineData("warmup:0.5", "warmup:0.5+constant")]
    public void Texts_are_read_and_told(string text, string told)
    {
        var schedule = LearningRateSchedule.Parse(text);
        Assert.Equal(told, schedule.ToString());
        Assert.Equal(schedule, LearningRateSchedule.Parse(told));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cosinus")]
    [InlineData("step")]
    [InlineData("step:x")]
    [InlineData("step:0")]
    [InlineData("step:NaN")]
    [InlineData("step:1:2")]
    [InlineData("cosine:-1")]
    [InlineData("cosine:0.1:0.1")]
    [InlineData("cosine+constant")]
    [InlineData("plateau:0.5:1.5")]
    [InlineData("plateau:0.5:1e20")]
    [InlineData("one-cycle:1")]
    [InlineData("warmup:0+cosine")]
    [InlineData("warmup:1+")]
    public void What_is_no_schedule_is_refused_with_the_possibilities(string text)
    {
        var error = Assert.Throws<FormatException>(() => LearningRateSchedule.Parse(text));
        Assert.Contains("is not a learning rate schedule", error.Message, StringComparison.Ordinal);
        Assert.Contains(LearningRateSchedule.Forms, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("step:1")]
    [InlineData("cosine")]
    [InlineData("one-cycle")]
    [InlineData("warmup:2+cosine")]
    public void Factors_stay_from_0_to_1_however_short_or_long_the_training(string text)
    {
        var schedule = LearningRateSchedule.Parse(text);
        foreach (var total in (int[])[1, 2, 3, 10, 1000])
        {
            for (var step = 0; step < total + 2; step++)
                Assert.InRange(schedule.Factor(new(step, total, 7)), 0, 1);
        }
    }
}
