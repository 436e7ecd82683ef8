using System.Collections.Concurrent;
using System.Diagnostics;

namespace MetaStore.Testing.Processes;

/// <summary>One started program, stopped by its process id. Its output is collected.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(Process process) => _process = process;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>True until the program has exited.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Exit code; only after the program has exited. 137 and 143 stand for signals 9 and 15.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Everything printed so far, stdout and stderr, in order of arrival.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Resident memory in bytes; 0 after the exit.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Arguments, without shell quoting.</param>
    /// <param name="environment">Variables to add.</param>
    public static ServerProcess Start(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Not the tests' folder, which contains a copy of RocksDB's library: a member refuses to start when it would load a library other than its own.
        var info = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        // Variables of the tests are not settings of the server, which rejects unknown ones.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("METASTORE_", StringComparison.Ordinal)).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info) ?? throw new InvalidOperationException($"{path} did not start");
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Starts a program with SIGINT enabled: a shell starts background jobs, and so their children, with SIGINT ignored.</summary>
    public static ServerProcess StartInterruptible(string path, IEnumerable<string> arguments) => Start("/usr/bin/env", ["--default-signal=INT", path, .. arguments]);

    /// <summary>kill -9; returns when the process has exited.</summary>
    public Task KillAsync() => SignalAsync(Signals.Kill);

    /// <summary>SIGTERM; returns when the process has exited.</summary>
    public Task TerminateAsync() => SignalAsync(Signals.Terminate);

    /// <summary>Suspends the process (SIGSTOP).</summary>
    public void Pause() => Signals.Send(Id, Signals.Stop);

    /// <summary>Resumes a suspended process (SIGCONT).</summary>
    public void Resume() => Signals.Send(Id, Signals.Continue);

    /// <summary>Waits for the exit. Throws <see cref="TimeoutException"/> with the output so far.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"process {Id} still runs after {limit}; output:\n{Output}");
        }
    }

    /// <summary>Waits for the exit, up to a limit.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Kills the process if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(int signal)
    {
        if (IsRunning)
        {
            Signals.Send(Id, signal);
        }

        await WaitForExitAsync(TimeSpan.FromSeconds(30));
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        while (_output.Count > 5000)
        {
            _output.TryDequeue(out _);
        }
    }
}
