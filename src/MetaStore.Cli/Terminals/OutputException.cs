using System.Runtime.InteropServices;

namespace MetaStore.Cli.Terminals;

/// <summary>Standard output cannot be written to.</summary>
/// <param name="error">errno of write(2).</param>
internal sealed class OutputException(int error) : IOException($"standard output: {Marshal.GetPInvokeErrorMessage(error)}")
{
    private const int BrokenPipe = 32;

    /// <summary>Whoever read the output has ended, as "head" does when it has seen enough.</summary>
    public bool IsReaderGone { get; } = error == BrokenPipe;
}
