using MetaStore.IO.Native;

namespace MetaStore.IO;

/// <summary>Ends the process at once, without finalizers, exit handlers or further answers.</summary>
public static class FatalExit
{
    /// <summary>Writes one line to standard error, synchronously, and calls <c>_exit</c>. Does not return.</summary>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="oneLine">What happened; line breaks are replaced.</param>
    public static void Now(int exitCode, string oneLine)
    {
        try
        {
            var line = $"metastore: fatal ({exitCode}): {oneLine.ReplaceLineEndings(" ")}\n";
            StandardStream.Error.Write(line);
        }
        catch (IOException)
        {
            // Standard error is closed; the exit code still informs the supervisor.
        }

        LibC.ExitNow(exitCode);
    }
}
