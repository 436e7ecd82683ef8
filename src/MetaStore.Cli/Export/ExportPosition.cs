using System.Text.Json;
using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Export;

/// <summary>Where an export that was interrupted goes on.</summary>
/// <param name="Revision">The revision that all keys are of.</param>
/// <param name="LastKey">The last key in the file; null for none.</param>
/// <param name="Keys">Keys in the file.</param>
/// <param name="Length">Bytes of the file that are complete lines.</param>
/// <param name="IsComplete">Nothing is left to do.</param>
internal sealed record ExportPosition(long Revision, ByteString? LastKey, long Keys, long Length, bool IsComplete)
{
    /// <summary>Reads an export to its end.</summary>
    /// <exception cref="InputException">It is not an export of this range.</exception>
    public static async Task<ExportPosition> OfAsync(Stream file, KeyRange range, CancellationToken cancellation)
    {
        var lines = new ByteLines(file); // leaves out a last line without an end
        ExportPosition? position = null;
        while (await lines.NextAsync(cancellation) is { } line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                position = position is null
                    ? new ExportPosition(ExportFrame.RevisionOf(json.RootElement, range) ?? throw new FormatException("it is an export of another range"), null, 0, line.Length + 1, IsComplete: false)
                    : ExportFrame.IsFrame(json.RootElement)
                        ? position with { IsComplete = true }
                        : position with { LastKey = ExportedKey.Read(json.RootElement).Key, Keys = position.Keys + 1, Length = position.Length + line.Length + 1 };
            }
            catch (Exception wrong) when (wrong is JsonException or FormatException or OverflowException or InvalidOperationException)
            {
                throw new InputException($"cannot continue this file: line {(position?.Keys ?? -1) + 2}: {wrong.Message}");
            }
        }

        return position ?? throw new InputException("cannot continue this file: it has no complete line");
    }
}
