namespace MetaStore.Cli.Comparing.Plan;

/// <summary>Rounds of one load in direct succession, on the same connections and with callers that do not stop in between.</summary>
/// <param name="Load">The load.</param>
/// <param name="Rounds">In the order of measurement.</param>
internal sealed record ComparisonBlock(ComparisonLoad Load, IReadOnlyList<ComparisonRound> Rounds)
{
    /// <summary>All measurements, in order.</summary>
    public IEnumerable<ComparedMode> Modes => Rounds.SelectMany(round => round.Modes);

    /// <summary>Modes that are not those of the measurement before: each has to settle.</summary>
    public IEnumerable<ComparedMode> Changes => Modes.Zip(Modes.Skip(1)).Where(next => next.First != next.Second).Select(next => next.Second).Prepend(Modes.First());
}

/// <summary>A load.</summary>
/// <param name="Callers">Each with one put in flight at a time.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
internal sealed record ComparisonLoad(int Callers, int ValueBytes);

/// <summary>Every compared mode once, one directly after the other: what the machine does meanwhile affects all of them.</summary>
/// <param name="Number">From 0, counted for each load.</param>
/// <param name="Modes">In the order of measurement.</param>
internal sealed record ComparisonRound(int Number, IReadOnlyList<ComparedMode> Modes);

/// <summary>A mode under a load.</summary>
/// <param name="Mode">Batching mode.</param>
/// <param name="Callers">Each with one put in flight at a time.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
internal sealed record ComparisonCell(ComparedMode Mode, int Callers, int ValueBytes)
{
    /// <summary>A mode under a load.</summary>
    public ComparisonCell(ComparedMode mode, ComparisonLoad load)
        : this(mode, load.Callers, load.ValueBytes)
    {
    }
}
