using System.Runtime.InteropServices;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Conversion;

/// <summary>The managed metactl that a release has beside the server, for verbs that need RocksDB: its binding emits code, which the native metactl cannot run.</summary>
internal static partial class ManagedProgram
{
    /// <summary>From the folder of the native program, as packaging/dist.sh places both.</summary>
    private const string RelativePath = "../lib/metastore/metactl";

    /// <summary>
    /// Replaces this process by the managed program, with the same arguments, environment and descriptors. To be called before anything is read or
    /// written. What it would be replaced by never calls this.
    /// </summary>
    /// <returns>The error, when the process was not replaced.</returns>
    public static UsageException Become()
    {
        var path = Path.GetFullPath(RelativePath, AppContext.BaseDirectory);
        if (!File.Exists(path))
        {
            return new UsageException($"this verb needs the managed metactl, and there is no {path}: run the metactl of an archive or package where it was installed", ExitCodes.Error);
        }

        var error = Execute(path, [path, .. OwnArguments.Of(Environment.GetCommandLineArgs()[1..])]);
        return new UsageException($"{path} cannot be run: {Marshal.GetPInvokeErrorMessage(error)}", ExitCodes.Error);
    }

    /// <summary>execv(3), which keeps the environment. Descriptors of the runtime are close-on-exec, handlers of signals become the default.</summary>
    /// <param name="path">The program.</param>
    /// <param name="words">Its arguments, the name of the program first, as <see cref="ByteWords"/>.</param>
    /// <returns>errno; it returns only when it fails.</returns>
    private static unsafe int Execute(string path, string[] words)
    {
        var arguments = new nint[words.Length + 1];
        for (var i = 0; i < words.Length; i++)
        {
            arguments[i] = Terminated(words[i]);
        }

        fixed (nint* first = arguments)
        {
            Execute(path, first);
        }

        var error = Marshal.GetLastPInvokeError();
        foreach (var argument in arguments)
        {
            Marshal.FreeHGlobal(argument);
        }

        return error;
    }

    /// <summary>The bytes of an argument and a zero, in memory that does not move.</summary>
    private static unsafe nint Terminated(string word)
    {
        var bytes = ByteWords.BytesOf(word).Span;
        var copy = Marshal.AllocHGlobal(bytes.Length + 1);
        bytes.CopyTo(new Span<byte>((void*)copy, bytes.Length));
        ((byte*)copy)[bytes.Length] = 0;
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Execute(string path, nint* arguments);
}
