using System.Diagnostics;
using System.Text;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>One started etcdctl. Its output is decoded as Latin-1, which preserves every byte.</summary>
internal sealed class EtcdctlProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private bool _isKilled;

    private EtcdctlProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts etcdctl from PATH.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="variables">Variables to add.</param>
    internal static EtcdctlProcess Start(IEnumerable<string> words, IReadOnlyDictionary<string, string>? variables = null)
    {
        // A background job of a script starts with SIGINT ignored, and etcdctl would inherit that: a watch would never end.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", Programs.Etcdctl!, .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
        };
        start.Environment["ETCDCTL_API"] = "3";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new EtcdctlProcess(Process.Start(start)!);
    }

    /// <summary>Writes to its standard input. A command that fails early may close it before.</summary>
    internal Task FeedAsync(string input, bool isAll) => FeedAsync(Encoding.UTF8.GetBytes(input), isAll);

    /// <inheritdoc cref="FeedAsync(string, bool)"/>
    internal async Task FeedAsync(byte[] input, bool isAll)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(input);
            await _process.StandardInput.BaseStream.FlushAsync();
            if (isAll)
            {
                _process.StandardInput.Close();
            }
        }
        catch (IOException closed)
        {
            Trace.WriteLine($"etcdctl {_process.Id} did not read its input: {closed.Message}");
        }
    }

    /// <summary>Waits until it has printed that many lines or has exited.</summary>
    internal Task PrintedAsync(int lines) =>
        Eventually.TrueAsync(() => CountLines() >= lines || _reading.IsCompleted, Limit, () => $"{CountLines()} of {lines} lines:\n{Printed()}");

    /// <summary>Sends Ctrl-C.</summary>
    internal void Interrupt()
    {
        if (!_process.HasExited)
        {
            Signals.Send(_process.Id, Signals.Interrupt);
        }
    }

    /// <summary>Waits for the exit; kills it after the limit.</summary>
    internal async Task<EtcdctlAnswer> EndedAsync()
    {
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _isKilled = true;
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _reading;
        return new EtcdctlAnswer(Printed(), await _errors, _isKilled ? EtcdctlAnswer.DidNotEnd : _process.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        // Not with a StreamReader, which would treat bytes at the start as a byte order mark.
        var some = new byte[4096];
        while (await _process.StandardOutput.BaseStream.ReadAsync(some) is > 0 and var count)
        {
            lock (_output)
            {
                _output.Append(Encoding.Latin1.GetString(some, 0, count));
            }
        }
    }

    private int CountLines() => Printed().Count(letter => letter == '\n');

    private string Printed()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}

/// <summary>Output and exit code of a command; <see cref="DidNotEnd"/> when it had to be killed.</summary>
internal sealed record EtcdctlAnswer(string Output, string Error, int ExitCode)
{
    /// <summary>Exit code of a command that did not end in time.</summary>
    internal const int DidNotEnd = -1;

    /// <summary>Keeps the first lines only: the number of lines before Ctrl-C is not deterministic.</summary>
    internal EtcdctlAnswer Cut(int lines) => this with { Output = string.Concat(Output.Split('\n').Take(lines).Select(line => $"{line}\n")) };
}
