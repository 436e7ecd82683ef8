namespace MetaStore.Cli.CommandLine;

/// <summary>Exit codes, the same as etcdctl's.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The server answered with an error or not at all, a check failed, or there is no such verb, flag or value of a flag.</summary>
    public const int Error = 1;

    /// <summary>There is no endpoint to connect to, or the lease to renew is gone.</summary>
    public const int BadConnection = 2;

    /// <summary>Input read from stdin or a file makes no sense.</summary>
    public const int InvalidInput = 3;

    /// <summary>A flag has a value that it cannot have for this verb.</summary>
    public const int BadFeature = 4;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 5;

    /// <summary>A file cannot be read or written.</summary>
    public const int InputOutput = 6;

    /// <summary>The reader of the output has ended: what a shell says of a program that SIGPIPE has ended.</summary>
    public const int BrokenPipe = 141;

    /// <summary>Wrong arguments.</summary>
    public const int BadArguments = 128;
}
