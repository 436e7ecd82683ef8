using System.Runtime.InteropServices;

namespace MetaStore.Cli.Terminals;

/// <summary>Standard output cannot be written to.</summary>
/// <param name="error">errno of write(2).</param>
internal sealed class OutputException(int error) : IOException($"standard output: {Marshal.GetPInvokeErrorMessage(error)}")
{
    private const int BrokenPipe = 32;

    /// <summary>True when the reader of the output has exited, as "head" does.</summary>
    public bool IsReaderGone { get; } = error == BrokenPipe;
}
