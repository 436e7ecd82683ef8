namespace MetaStore.Cli.CommandLine;

/// <summary>Input from stdin or a file is invalid; the message names the line. Exit code 3.</summary>
internal sealed class InputException(string message) : Exception(message);
