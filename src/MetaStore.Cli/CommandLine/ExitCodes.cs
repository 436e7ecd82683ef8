namespace MetaStore.Cli.CommandLine;

/// <summary>Exit codes, the same as etcdctl's.</summary>
internal static class ExitCodes
{
    /// <summary>Success.</summary>
    public const int Ok = 0;

    /// <summary>The server responded with an error or not at all, a check failed, or a verb, flag or value is unknown.</summary>
    public const int Error = 1;

    /// <summary>No endpoint to connect to or no connection to authenticate the user with, a wrong user or password, or the lease to renew has expired.</summary>
    public const int BadConnection = 2;

    /// <summary>Input from stdin or a file is invalid.</summary>
    public const int InvalidInput = 3;

    /// <summary>A flag has a value that this verb does not support.</summary>
    public const int BadFeature = 4;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 5;

    /// <summary>A file cannot be read or written.</summary>
    public const int InputOutput = 6;

    /// <summary>The reader of the output has exited: a shell's code for a program ended by SIGPIPE.</summary>
    public const int BrokenPipe = 141;

    /// <summary>Wrong arguments.</summary>
    public const int BadArguments = 128;
}
