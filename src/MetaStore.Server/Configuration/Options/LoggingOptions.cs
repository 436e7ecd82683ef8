namespace MetaStore.Server.Configuration.Options;

/// <summary>Logs and metrics.</summary>
public sealed class LoggingOptions
{
    /// <summary>Name of the default output: standard error.</summary>
    public const string Default = "default";

    /// <summary>Name of systemd's journal.</summary>
    public const string Journal = "systemd/journal";

    /// <summary>"debug", "info", "warn", "error", "panic" or "fatal" (the last two as "error"). Default "info".</summary>
    public string Level { get; set; } = "info";

    /// <summary>"json" or "console". Default "json", as etcd.</summary>
    public string Format { get; set; } = "json";

    /// <summary>"default" (stderr), "stderr", "stdout", "systemd/journal" or paths of files. Default "default".</summary>
    public string[] Outputs { get; set; } = [Default];

    /// <summary>Rotate the log file by size. Default false.</summary>
    public bool Rotation { get; set; }

    /// <summary>Rotation limits, see <see cref="LogRotation"/>.</summary>
    public string RotationConfig { get; set; } = LogRotation.DefaultJson;

    /// <summary>"basic" or "extensive" (adds latency histograms per gRPC method). Default "basic".</summary>
    public string Metrics { get; set; } = "basic";

    /// <summary>An apply slower than this is logged. Default 100 ms.</summary>
    public TimeSpan WarnApply { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A request slower than this is logged. Default 300 ms.</summary>
    public TimeSpan WarnRequest { get; set; } = TimeSpan.FromMilliseconds(300);
}
