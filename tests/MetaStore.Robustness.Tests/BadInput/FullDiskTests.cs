using System.Diagnostics;
using MetaStore.Client;
using MetaStore.Grpc;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A disk that fills up while the member runs. Needs root for a file system of limited size.</summary>
public sealed class FullDiskTests
{
    [SkippableFact]
    public async Task FullDisk_StopsWithOneClearError_AndLosesNothing()
    {
        Skip.IfNot(Environment.UserName == "root", "needs root to mount a small file system");
        var mount = Directory.CreateTempSubdirectory("metastore-full-").FullName;
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", mount) == 0, "mounting is not allowed here");
        try
        {
            var ports = FreePorts.Take(2);
            string[] arguments =
            [
                "--name", "n1", "--data-dir", Path.Combine(mount, "n1"),
                "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
                "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}",
                "--initial-cluster", $"n1=http://127.0.0.1:{ports[1]}", "--snapshot-count", "1000000",
            ];
            var acknowledged = 0;
            await using (var process = ServerProcess.Start(Programs.MetaStore, arguments))
            {
                acknowledged = await FillAsync(ports[0], process);
                var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(30));
                Assert.True(code is 74 or 75, $"exit code {code}:\n{process.Output}");
                Assert.Contains(mount, process.Output, StringComparison.Ordinal);
            }

            Assert.Equal(0, await RunAsync("mount", "-o", "remount,size=800m", mount));
            await using var again = ServerProcess.Start(Programs.MetaStore, arguments);
            using var client = Connect(ports[0], TimeSpan.FromSeconds(30));
            var stored = await client.Kv.RangeAsync(new Etcdserverpb.RangeRequest
            {
                Key = Google.Protobuf.ByteString.CopyFromUtf8("full/"),
                RangeEnd = Google.Protobuf.ByteString.CopyFromUtf8("full0"),
                CountOnly = true,
            });
            Assert.InRange(stored.Count, acknowledged, acknowledged + 1);
            await client.Kv.PutAsync("full/after", "works again");
        }
        finally
        {
            Assert.Equal(0, await RunAsync("umount", "-l", mount));
            Directory.Delete(mount);
        }
    }

    /// <summary>Puts large values until the member answers no more.</summary>
    private static async Task<int> FillAsync(int port, ServerProcess process)
    {
        using var client = Connect(port, TimeSpan.FromSeconds(20));
        var value = new string('x', 512 * 1024);
        for (var i = 0; i < 2000; i++)
        {
            try
            {
                await client.Kv.PutAsync($"full/{i:d5}", value);
            }
            catch (RpcException)
            {
                return i; // the disk is full: what the member does about it is the caller's question
            }
        }

        throw new InvalidOperationException($"1 GB went onto a disk of 200 MB; output:\n{process.Output}");
    }

    private static MetaStoreClient Connect(int port, TimeSpan timeout) => new(new MetaStoreClientOptions { Endpoints = [new Uri($"http://127.0.0.1:{port}")], CommandTimeout = timeout });

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
