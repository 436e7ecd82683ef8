namespace MetaStore.Cli.Terminals;

/// <summary>Size of a terminal in characters.</summary>
/// <param name="Columns">Width, at least 1.</param>
/// <param name="Rows">Height, at least 1.</param>
internal readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>Assumed size of a terminal that does not report one.</summary>
    public static TerminalSize Usual { get; } = new(80, 24);
}
