namespace MetaStore.Fuzz.Targets;

/// <summary>A reader of input from outside.</summary>
/// <param name="Name">One word.</param>
/// <param name="Run">Reads an input. Exceptions that the reader promises are caught; any other is a finding.</param>
/// <param name="Seeds">Valid inputs to begin with; the committed ones were made by it.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run, Func<IEnumerable<byte[]>> Seeds);
