using System.Diagnostics;
using System.Text;

namespace MetaStore.Server.Tests.Calls.Foreign;

/// <summary>Runs a program of another language and returns its output.</summary>
internal static class ForeignTool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>Folder of the clients' scripts: tests/foreign, searched upwards from the test's folder.</summary>
    public static string Folder { get; } = FindFolder();

    public static Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment) =>
        RunAsync(program, arguments, static _ => { }, environment);

    /// <summary>The same, with a callback for each line of its standard output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, Action<string> onLine, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var output = ReadLinesAsync(process.StandardOutput, onLine, patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {s_patience}");
        }
    }

    /// <summary>Whether a program can be started and exits with 0.</summary>
    public static async Task<bool> WorksAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, arguments)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> ReadLinesAsync(StreamReader output, Action<string> onLine, CancellationToken patience)
    {
        var all = new StringBuilder();
        while (await output.ReadLineAsync(patience) is { } line)
        {
            all.Append(line).Append('\n');
            onLine(line);
        }

        return all.ToString();
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "tests", "foreign");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("tests/foreign is not above the test's folder");
    }
}
