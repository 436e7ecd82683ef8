namespace MetaStore.Cli.Comparing.Plan;

/// <summary>One load, under which every mode is measured once in direct succession: drift of the machine affects all of them.</summary>
/// <param name="Round">From 0.</param>
/// <param name="Callers">Each with one put in flight at a time.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="Modes">In the order of measurement.</param>
internal sealed record ComparisonBlock(int Round, int Callers, int ValueBytes, IReadOnlyList<ComparedMode> Modes);

/// <summary>A measurement made once per round.</summary>
/// <param name="Mode">Batching mode.</param>
/// <param name="Callers">Each with one put in flight at a time.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
internal sealed record ComparisonCell(ComparedMode Mode, int Callers, int ValueBytes);
