using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.HostileClient;

/// <summary>A careful client in a process of its own: hostile clients in the same one would hold up its threads, and not only the members.</summary>
public sealed class CarefulProcess : IAsyncDisposable
{
    /// <summary>First word of the line with the report.</summary>
    internal const string ReportMark = "report ";

    private readonly ServerProcess _process;

    private CarefulProcess(ServerProcess process) => _process = process;

    /// <summary>Starts a client of one member.</summary>
    public static CarefulProcess Start(Uri member) =>
        new(ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "metafault"), ["careful", "--endpoint", member.ToString()]));

    /// <summary>Ends it and returns what it saw.</summary>
    public async Task<CarefulReport> StopAsync()
    {
        Signals.Send(_process.Id, Signals.Terminate);
        var code = await _process.WaitForExitAsync(TimeSpan.FromMinutes(1));
        var line = _process.Output.Split('\n').SingleOrDefault(line => line.StartsWith(ReportMark, StringComparison.Ordinal));
        return code == 0 && line is not null
            ? JsonSerializer.Deserialize<CarefulReport>(line[ReportMark.Length..])!
            : throw new InvalidOperationException($"the careful client ended with {code}:\n{_process.Output}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
