using Spectre.Console;

namespace MetaStore.Cli.Terminals;

/// <summary>A progress bar on standard error.</summary>
internal static class ProgressBar
{
    /// <summary>Shows a bar while some work runs; nothing when standard error is not a terminal.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="total">The sum of all steps; 0 when it is not known.</param>
    /// <param name="work">Calls its argument with the size of each step, from any thread.</param>
    public static async Task<T> WhileAsync<T>(string title, double total, Func<Action<double>, Task<T>> work)
    {
        if (Terminal.ErrorSize is null)
        {
            return await work(_ => { });
        }

        return await AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(title, maxValue: Math.Max(total, 1));
                bar.IsIndeterminate = total <= 0;
                return await work(done =>
                {
                    lock (bar)
                    {
                        bar.Increment(done);
                    }
                });
            });
    }
}
