using System.Diagnostics;
using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus.Clusters;

/// <summary>A member in a separate process, controlled over its standard input.</summary>
internal sealed class MemberProcess : IDisposable
{
    private readonly Process _process;

    private MemberProcess(Process process) => _process = process;

    /// <summary>Starts it; returns before it listens.</summary>
    public static MemberProcess Start(NodeSettings settings)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "metaconsensus")
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "metaconsensus.dll"));
        }

        foreach (var word in settings.ToWords())
        {
            start.ArgumentList.Add(word);
        }

        return new MemberProcess(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start"));
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Sends a line and returns the answer. Throws <see cref="IOException"/> when the process has ended.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new IOException($"the member's process ended at '{line}'");
    }

    /// <summary>Sends a line whose answer is not awaited.</summary>
    public async Task SendAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>SIGKILL; does not wait for the end.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits until it has ended.</summary>
    public Task WaitAsync() => _process.WaitForExitAsync();

    /// <summary>Kills it; its state is discarded.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
