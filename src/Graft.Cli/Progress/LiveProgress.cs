using System.Collections.Concurrent;
using Graft.Cli.Rendering;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Graft.Cli.Progress;

/// <summary>Shows progress as live bars, one per phase, with messages above them.</summary>
internal sealed class LiveProgress : IProgressDisplay
{
    private readonly Dictionary<string, ProgressTask> _tasks = [];
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private readonly AmountsColumn _amounts;

    private LiveProgress(IAnsiConsole console, ProgressContext context, AmountsColumn amounts) =>
        (_console, _context, _amounts) = (console, context, amounts);

    /// <summary>Runs work while showing its progress.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="work">The work.</param>
    public static T Run<T>(IAnsiConsole console, Func<IProgressDisplay, T> work)
    {
        var amounts = new AmountsColumn();
        return console
            .Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 28 },
                new PercentageColumn(),
                amounts
            )
            .Start(context => work(new LiveProgress(console, context, amounts)));
    }

    public void Update(PhaseStatus status)
    {
        var task = Task(status.Name);
        task.IsIndeterminate = status.Total == 0;
        if (status.Total > 0)
        {
            task.MaxValue = status.Total;
            // A full bar would end the task before its phase ends.
            task.Value = Math.Min(status.Done, status.Total * 0.9999);
        }

        _amounts.Texts[task.Id] = status.Amounts();
    }

    public void End(PhaseStatus status)
    {
        var task = Task(status.Name);
        var amounts = status.Amounts();
        _amounts.Texts[task.Id] =
            $"{(amounts.Length > 0 ? amounts + ", " : "")}{Format.Seconds(status.Elapsed.TotalSeconds)}";
        task.IsIndeterminate = false;
        task.Value = task.MaxValue;
        task.StopTask();
    }

    public void Line(string text) => _console.WriteLine(text);

    private ProgressTask Task(string name)
    {
        if (!_tasks.TryGetValue(name, out var task) || task.IsFinished)
            _tasks[name] = task = _context.AddTask(Markup.Escape(name));
        return task;
    }

    /// <summary>Shows counts, rate and remaining time.</summary>
    private sealed class AmountsColumn : ProgressColumn
    {
        /// <summary>Texts by task id; read by the rendering thread.</summary>
        public ConcurrentDictionary<int, string> Texts { get; } = [];

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Texts.GetValueOrDefault(task.Id, "")).Overflow(Overflow.Ellipsis);
    }
}
