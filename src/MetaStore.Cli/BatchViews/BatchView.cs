using System.Globalization;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.BatchViews;

/// <summary>The live view: a column for each member. Pure: from states, size and style it makes lines that fit the terminal.</summary>
internal static class BatchView
{
    private const int Labels = 16;
    private const int ColumnMin = 17;
    private const int ColumnMax = 30;
    private const string Unknown = "-";

    /// <summary>Renders the view.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<MemberState> members, TimeSpan interval, TerminalSize size, ViewStyle style)
    {
        var columns = Math.Clamp((size.Columns - Labels) / ColumnMin, 1, Math.Max(1, members.Count));
        var width = Math.Clamp((size.Columns - Labels) / columns, 1, ColumnMax);
        MemberState[] shown = [.. members.Take(columns)];
        var plural = members.Count == 1 ? string.Empty : "s";
        var title = FormattableString.Invariant($"batching of {members.Count} member{plural}, every {interval.TotalSeconds:0.###} s; Ctrl-C to stop");
        var lines = new List<string> { style.Bold(Cut(title, size.Columns)) };
        if (shown.Length < members.Count)
        {
            lines.Add(style.Dim(Cut($"{members.Count - shown.Length} more in a wider window", size.Columns)));
        }

        lines.Add(style.Bold(Line(string.Empty, shown.Select(member => member.Name), width, size)));
        foreach (var (label, cell) in Rows(width, style))
        {
            // Only whole lines are coloured, because escape sequences would count as width.
            var line = Line(label, shown.Select(cell), width, size);
            lines.Add(label == "state" && shown.Any(member => member.Fault is not null) ? style.Red(line) : line);
        }

        return [.. lines.Take(Math.Max(1, size.Rows - 1))];
    }

    private static IEnumerable<(string Label, Func<MemberState, string> Cell)> Rows(int width, ViewStyle style)
    {
        yield return ("state", member => member.Fault ?? "answers");
        yield return ("mode", Of(figures => ModeOf(figures.Now.Settings)));
        yield return ("puts/s", Of(figures => Number(figures.PutsPerSecond)));
        yield return ("", member => Sparkline.Of(member.History, width - 2, style.IsUnicode));
        yield return ("load", Of(figures => figures.Now.Stats.CurrentLoad.ToString("0.00", CultureInfo.InvariantCulture)));
        yield return ("size", Of(figures => Number(figures.Now.Stats.CurrentBatchSize)));
        yield return ("timeout ms", Of(figures => Millis(figures.Now.Stats.CurrentTimeoutUs)));
        yield return ("puts/entry", Of(figures => figures.PutsPerEntry?.ToString("0.0", CultureInfo.InvariantCulture) ?? Unknown));
        yield return ("entries/s", Of(figures => Number(figures.EntriesPerSecond)));
        foreach (var reason in (string[])["size", "bytes", "timeout", "idle", "drain"])
        {
            yield return ($"  left: {reason}", Of(figures => Number(figures.Flushes.First(flush => flush.Reason == reason).PerSecond)));
        }

        yield return ("buffered", Of(figures => Number(figures.Now.Stats.BufferLength)));
        yield return ("in flight", Of(figures => Number(figures.Now.Stats.ProposalsInFlight)));
        yield return ("p50/p99 ms", _ => string.Empty);
        foreach (var stage in MemberFigures.Stages)
        {
            yield return ($"  {stage}", Of(figures => figures.StageOf(stage) is { } latency ? $"{Millis(latency.P50Us)} / {Millis(latency.P99Us)}" : Unknown));
        }
    }

    /// <summary>A figure of a responding member; "-" of others.</summary>
    private static Func<MemberState, string> Of(Func<MemberFigures, string> figure) =>
        member => member is { Fault: null, Figures: { } figures } ? figure(figures) : Unknown;

    /// <summary>The mode as batch compare names it.</summary>
    public static string ModeOf(BatchSettings settings) => settings is { Policy: BatchPolicy.Dynamic, FlushWhenIdle: false } ? "classic" : PolicyNames.Of(settings.Policy);

    private static string Line(string label, IEnumerable<string> cells, int width, TerminalSize size) =>
        Cut(label.PadRight(Labels) + string.Concat(cells.Select(cell => Cut(cell, width - 1).PadLeft(width))), size.Columns).TrimEnd();

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..Math.Max(0, width)];

    private static string Number(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Millis(long micros) => (micros / 1000.0).ToString("0.00", CultureInfo.InvariantCulture);
}
