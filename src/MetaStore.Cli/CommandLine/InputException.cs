namespace MetaStore.Cli.CommandLine;

/// <summary>Input read from stdin or a file makes no sense; the message names the line. Exit code 3.</summary>
internal sealed class InputException(string message) : Exception(message);
