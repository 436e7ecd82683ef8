namespace MetaStore.Fuzz.Targets;

/// <summary>A reader of input from outside.</summary>
/// <param name="Name">One word.</param>
/// <param name="Run">
/// Gives it an input. True when the input was read, false when it was refused as the reader promises, by a result or an exception. An exception that leaves it is a finding.
/// </param>
/// <param name="Seeds">Inputs to begin with, all of which are read; the committed ones were made by it.</param>
internal sealed record FuzzTarget(string Name, Func<byte[], bool> Run, Func<IEnumerable<byte[]>> Seeds);
