namespace MetaStore.Cli.Commands;

/// <summary>Exit codes, the same as etcdctl's.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The server answered with an error, or a check failed.</summary>
    public const int Error = 1;

    /// <summary>No endpoint could be reached.</summary>
    public const int BadConnection = 2;

    /// <summary>Input read from stdin or a file makes no sense.</summary>
    public const int InvalidInput = 3;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 5;

    /// <summary>A file cannot be read or written.</summary>
    public const int InputOutput = 6;

    /// <summary>Wrong arguments.</summary>
    public const int BadArguments = 128;
}
