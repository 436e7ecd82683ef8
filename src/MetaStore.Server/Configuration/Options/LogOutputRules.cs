namespace MetaStore.Server.Configuration.Options;

/// <summary>Which log outputs may be combined. Source: etcd.</summary>
internal static class LogOutputRules
{
    /// <summary>Checks the outputs, and that rotation has exactly one file.</summary>
    public static void Check(LoggingOptions options, OptionsValidator.RequireRule require)
    {
        int files = options.Outputs.Count(IsFile);
        require(options.Outputs.Length > 0, "log-outputs", "names no output", LoggingOptions.Default);
        require(options.Outputs.Length < 2 || !options.Outputs.Contains(LoggingOptions.Default), "log-outputs",
            "combines default with others; use stderr instead", "stderr,/var/log/metastore.log");
        require(options.Outputs.Length < 2 || !options.Outputs.Contains(LoggingOptions.Journal), "log-outputs",
            "combines systemd/journal with others; the journal must be the only output", LoggingOptions.Journal);
        require(LogRotation.TryParse(options.RotationConfig, out _), "log-rotation-config-json",
            "is not a JSON object of maxsize, maxage, maxbackups, localtime and compress", LogRotation.DefaultJson);
        require(!options.Rotation || files == 1, "enable-log-rotation", "needs exactly one file among log-outputs", null, "log-outputs");
    }

    /// <summary>True for a path, false for the names of outputs that are not files.</summary>
    public static bool IsFile(string output) => output is not (LoggingOptions.Default or LoggingOptions.Journal or "stderr" or "stdout");
}
