using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Configuration;

/// <summary>What the command line asks for.</summary>
public enum StartCommand
{
    /// <summary>Run the server.</summary>
    Run,

    /// <summary>Print the flags and exit.</summary>
    Help,

    /// <summary>Print the versions and exit.</summary>
    Version,

    /// <summary>Print the effective configuration and exit.</summary>
    WhatIf,

    /// <summary>Print docs/configuration.md and exit.</summary>
    Reference,
}

/// <summary>The outcome of reading the configuration: options, or every error at once.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Options">Always filled; invalid settings have their defaults.</param>
/// <param name="Errors">Empty when the node may start.</param>
/// <param name="Warnings">Settings that are accepted but have no effect.</param>
/// <param name="Sources">Flag of a setting to the source of its value; settings left at their default are missing.</param>
public sealed record ConfigurationResult(
    StartCommand Command,
    MetaStoreOptions Options,
    IReadOnlyList<ConfigurationError> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyDictionary<string, string> Sources)
{
    /// <summary>The configuration file; null when there is none.</summary>
    public string? File { get; init; }
}
