using System.Diagnostics;
using System.Text;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>One started etcdctl. Its output is kept as Latin-1, so that every byte of it is there.</summary>
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

    /// <summary>Starts the program of PATH.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="variables">Variables to add.</param>
    internal static EtcdctlProcess Start(IEnumerable<string> words, IReadOnlyDictionary<string, string>? variables = null)
    {
        // What runs in the background of a script ignores Ctrl-C, and so would etcdctl, as it does what it was started with: a watch would never end.
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

    /// <summary>Writes to its standard input. One that fails at once closes it before; that is its answer and not ours to judge.</summary>
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

    /// <summary>Waits until it has printed so many lines, or has ended.</summary>
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

    /// <summary>Waits for the end, and ends it when that does not come.</summary>
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
        // Not through a reader of text: it would take bytes at the beginning for the mark of an encoding.
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

/// <summary>What a command printed, and its exit code; <see cref="DidNotEnd"/> when it had to be ended.</summary>
internal sealed record EtcdctlAnswer(string Output, string Error, int ExitCode)
{
    /// <summary>Stands for the exit code of a command that did not end by itself in time.</summary>
    internal const int DidNotEnd = -1;

    /// <summary>The first lines only: what follows them before Ctrl-C is not deterministic.</summary>
    internal EtcdctlAnswer Cut(int lines) => this with { Output = string.Concat(Output.Split('\n').Take(lines).Select(line => $"{line}\n")) };
}
