namespace MetaStore.Server.Configuration.Options;

/// <summary>Which outputs of the log go together. Source: etcd.</summary>
internal static class LogOutputRules
{
    /// <summary>Checks the outputs, and that a rotation has one file to rotate.</summary>
    public static void Check(LoggingOptions options, OptionsValidator.RequireRule require)
    {
        int files = options.Outputs.Count(IsFile);
        require(options.Outputs.Length > 0, "log-outputs", "names no output", LoggingOptions.Default);
        require(options.Outputs.Length < 2 || !options.Outputs.Contains(LoggingOptions.Default), "log-outputs",
            "has default and others; name stderr instead", "stderr,/var/log/metastore.log");
        require(options.Outputs.Length < 2 || !options.Outputs.Contains(LoggingOptions.Journal), "log-outputs",
            "has systemd/journal and others; the journal goes alone", LoggingOptions.Journal);
        require(LogRotation.TryParse(options.RotationConfig, out _), "log-rotation-config-json",
            "is not a JSON object of maxsize, maxage, maxbackups, localtime and compress", LogRotation.DefaultJson);
        require(!options.Rotation || files == 1, "enable-log-rotation", "needs exactly one file among log-outputs", null, "log-outputs");
    }

    /// <summary>True for a path, false for the names of outputs that are no files.</summary>
    public static bool IsFile(string output) => output is not (LoggingOptions.Default or LoggingOptions.Journal or "stderr" or "stdout");
}
