using MetaStore.Protocol.V1;

namespace MetaStore.Cli.BatchViews;

/// <summary>The state of one member in the view. Immutable: each refresh makes a new one.</summary>
internal sealed record MemberState
{
    /// <summary>Number of refreshes that the history keeps.</summary>
    public const int HistoryMax = 240;

    /// <summary>Displayed name.</summary>
    public required string Name { get; init; }

    /// <summary>The last two responses compared; null before the first one.</summary>
    public MemberFigures? Figures { get; init; }

    /// <summary>Why it does not respond; null when it does.</summary>
    public string? Fault { get; init; } = "connecting";

    /// <summary>Puts per second of each refresh, newest last; 0 while it did not respond.</summary>
    public IReadOnlyList<double> History { get; init; } = [];

    /// <summary>Time of the last response, on the local clock.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Adds a response.</summary>
    public MemberState Seen(WatchBatchingResponse answer, TimeSpan at)
    {
        var figures = MemberFigures.Of(answer, Fault is null ? Figures?.Now : null, at - At);
        return this with { Figures = figures, Fault = null, At = at, History = Longer(figures.PutsPerSecond) };
    }

    /// <summary>Marks it as not responding.</summary>
    public MemberState Lost(string fault) => this with { Fault = fault, History = Figures is null ? History : Longer(0) };

    private double[] Longer(double value) => [.. History.Skip(Math.Max(0, History.Count + 1 - HistoryMax)), value];
}
