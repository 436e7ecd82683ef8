using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration;

/// <summary>What was asked for on the command line.</summary>
public enum StartCommand
{
    /// <summary>Run the server.</summary>
    Run,

    /// <summary>Print the flags and leave.</summary>
    Help,

    /// <summary>Print the versions and leave.</summary>
    Version,

    /// <summary>Print the effective configuration and leave.</summary>
    WhatIf,
}

/// <summary>The outcome of reading the configuration: options, or every error at once.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Options">Filled even when there are errors, with defaults in their places.</param>
/// <param name="Errors">Empty when the node may start.</param>
/// <param name="Warnings">Things that were taken without effect.</param>
/// <param name="Sources">Setting flag to where its value came from; settings left at their default are missing.</param>
public sealed record ConfigurationResult(
    StartCommand Command,
    MetaStoreOptions Options,
    IReadOnlyList<ConfigurationError> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyDictionary<string, string> Sources);
