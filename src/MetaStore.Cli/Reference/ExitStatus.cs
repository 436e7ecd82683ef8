using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Reference;

/// <summary>The exit codes of metactl with their meanings, for the references.</summary>
internal static class ExitStatus
{
    /// <summary>In rising order.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (ExitCodes.Ok, "success"),
        (ExitCodes.Error, "the server answered with an error or not at all, a check failed, or a verb, flag or value is unknown"),
        (ExitCodes.BadConnection, "no endpoint to connect to or no connection to authenticate `--user` with, a wrong user or password, or the lease to renew has expired"),
        (ExitCodes.InvalidInput, "input from stdin or a file is invalid"),
        (ExitCodes.BadFeature, "a flag has a value that this verb does not support"),
        (ExitCodes.Interrupted, "interrupted"),
        (ExitCodes.InputOutput, "a file cannot be read or written"),
        (ExitCodes.BadArguments, "wrong arguments"),
        (ExitCodes.BrokenPipe, "the reader of the output has exited"),
    ];
}
