namespace MetaStore.Cli.Comparing.Plan;

/// <summary>One load, under which every mode is measured once, one right after the other: what drifts on the machine hits all of them.</summary>
/// <param name="Round">From 0.</param>
/// <param name="Callers">Each with one put in flight at a time.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="Modes">In the order in which they are measured.</param>
internal sealed record ComparisonBlock(int Round, int Callers, int ValueBytes, IReadOnlyList<ComparedMode> Modes);

/// <summary>What is measured once in each round.</summary>
/// <param name="Mode">How puts are packed.</param>
/// <param name="Callers">Each with one put in flight at a time.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
internal sealed record ComparisonCell(ComparedMode Mode, int Callers, int ValueBytes);
