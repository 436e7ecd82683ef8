using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MetaStore.Server.Configuration.Options;

/// <summary>When a log file is rotated, and how long old files are kept. Source: etcd's log-rotation-config-json.</summary>
public sealed record LogRotation
{
    /// <summary>etcd's default.</summary>
    public const string DefaultJson = """{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}""";

    private static readonly JsonSerializerOptions Form = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Maximum size of a file in MB (1024 * 1024 bytes); 0 means 100.</summary>
    public int MaxSize { get; init; }

    /// <summary>Days that old files are kept; 0 = no limit.</summary>
    public int MaxAge { get; init; }

    /// <summary>Number of old files that are kept; 0 = no limit.</summary>
    public int MaxBackups { get; init; }

    /// <summary>Local time in the names of old files, else UTC.</summary>
    public bool LocalTime { get; init; }

    /// <summary>Compress old files with gzip.</summary>
    public bool Compress { get; init; }

    /// <summary>Maximum size of a file in bytes.</summary>
    public long MaxBytes => (MaxSize == 0 ? 100L : MaxSize) << 20;

    /// <summary>Reads the JSON form.</summary>
    /// <returns>False when it is not a JSON object of these keys, or a number is negative.</returns>
    public static bool TryParse(string json, [NotNullWhen(true)] out LogRotation? rotation)
    {
        try
        {
            rotation = JsonSerializer.Deserialize<LogRotation>(json, Form);
        }
        catch (JsonException)
        {
            rotation = null;
        }

        return rotation is { MaxSize: >= 0, MaxAge: >= 0, MaxBackups: >= 0 };
    }
}
