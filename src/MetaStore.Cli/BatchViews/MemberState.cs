using MetaStore.Protocol.V1;

namespace MetaStore.Cli.BatchViews;

/// <summary>What is known of one member at a moment. Immutable: each look makes the next state.</summary>
internal sealed record MemberState
{
    /// <summary>Looks that the history keeps.</summary>
    public const int HistoryMax = 240;

    /// <summary>How it was named.</summary>
    public required string Name { get; init; }

    /// <summary>The last two looks compared; null before the first one.</summary>
    public MemberFigures? Figures { get; init; }

    /// <summary>Why it does not answer; null when it does.</summary>
    public string? Fault { get; init; } = "connecting";

    /// <summary>Puts a second of each look, the newest last; 0 while it did not answer.</summary>
    public IReadOnlyList<double> History { get; init; } = [];

    /// <summary>When the last look was, on the clock of the one who looks.</summary>
    public TimeSpan At { get; init; }

    /// <summary>It has answered.</summary>
    public MemberState Seen(WatchBatchingResponse answer, TimeSpan at)
    {
        var figures = MemberFigures.Of(answer, Fault is null ? Figures?.Now : null, at - At);
        return this with { Figures = figures, Fault = null, At = at, History = Longer(figures.PutsPerSecond) };
    }

    /// <summary>It does not answer.</summary>
    public MemberState Lost(string fault) => this with { Fault = fault, History = Figures is null ? History : Longer(0) };

    private double[] Longer(double value) => [.. History.Skip(Math.Max(0, History.Count + 1 - HistoryMax)), value];
}
