using System.Text;
using System.Text.Json;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Export;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Import;

/// <summary>Puts the keys of an export, or of other lines of the same form, with a bounded number of calls in flight.</summary>
/// <param name="client">Client of the cluster.</param>
/// <param name="options">What to do with the lines.</param>
/// <remarks>
/// Calls are in flight at the same time, so of two lines with one key either may win; an export has each key once. A put is not retried when it may have
/// been done: importing the same lines again gives the same keys and values.
/// </remarks>
internal sealed class LineImport(MetaStoreClient client, LineImportOptions options)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Queue<(long Line, Task<PutResponse> Put)> _inFlight = new();
    private long _keys;
    private long _leased;
    private long _skipped;
    private long _acknowledged;

    /// <summary>Reads and puts every line.</summary>
    /// <param name="input">UTF-8.</param>
    /// <param name="progress">Called with the bytes of each line that was read.</param>
    /// <param name="cancellation">Stops; what was put stays.</param>
    /// <exception cref="InputException">A line is invalid, or was refused, or the end is missing; the message says where to continue.</exception>
    public async Task<LineImportResult> RunAsync(Stream input, Action<double> progress, CancellationToken cancellation)
    {
        using var reader = new StreamReader(input, Strict, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true);
        var (number, hasFirst, last, found) = (0L, false, (long?)null, 0L);
        try
        {
            while (await reader.ReadLineAsync(cancellation) is { } text)
            {
                number++;
                progress(text.Length + 1);
                using var json = Parsed(number, text);
                if (ExportFrame.IsFrame(json.RootElement))
                {
                    last = ExportFrame.KeysOf(json.RootElement);
                    hasFirst |= last is null;
                    continue;
                }

                found++;
                if (number >= options.FromLine)
                {
                    await PutAsync(number, ExportedKey.Read(json.RootElement), cancellation);
                }
            }

            await DrainAsync(0);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or InvalidOperationException or DecoderFallbackException)
        {
            await DrainAsync(0);
            throw Stopped(number, wrong.Message);
        }
        catch (OperationCanceledException)
        {
            Terminals.Terminal.Complain($"stopped: the lines up to {_acknowledged} are imported; continue with --from-line {_acknowledged + 1}");
            throw;
        }

        return hasFirst && last != found
            ? throw new InputException($"the export is not complete: {found} keys, and {(last is { } said ? $"{said} by its last line" : "no last line")}; those are imported")
            : new LineImportResult(_keys, _leased, _skipped);
    }

    private async Task PutAsync(long number, KeyValue pair, CancellationToken cancellation)
    {
        if (pair.Lease != 0 && options.SkipsLeased)
        {
            _skipped++;
            return;
        }

        await DrainAsync(options.Concurrency - 1);
        var put = new PutRequest { Key = ((Bytes)(byte[])[.. options.Prefix.Content.Span, .. pair.Key.Span]).Content, Value = pair.Value };
        _inFlight.Enqueue((number, client.Kv.PutAsync(put, cancellation)));
        _keys++;
        _leased += pair.Lease != 0 ? 1 : 0;
    }

    /// <summary>Waits until no more than some calls are in flight, the oldest first: all lines before the oldest are acknowledged.</summary>
    private async Task DrainAsync(int most)
    {
        while (_inFlight.Count > most)
        {
            var (line, put) = _inFlight.Dequeue();
            try
            {
                await put;
                _acknowledged = line;
            }
            catch (RpcException refused)
            {
                // The others end too before the reason is reported: none may still be written afterwards.
                await Task.WhenAll(_inFlight.Select(call => call.Put)).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw Stopped(line, refused.Status.Detail);
            }
        }
    }

    private InputException Stopped(long line, string why) =>
        new($"line {line}: {why}; the lines before {_acknowledged + 1} are imported: continue with --from-line {_acknowledged + 1}");

    private static JsonDocument Parsed(long number, string text)
    {
        try
        {
            var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw new FormatException("it is not an object");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"it is not JSON, at byte {wrong.BytePositionInLine} of line {number}", wrong);
        }
    }
}
