using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Compatibility.Tests.Requests;
using MetaStore.Compatibility.Tests.Wire;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>Sends one generated sequence of requests to two servers and collects the differences between their responses.</summary>
internal sealed class DifferentialRun(int seed, WireClient reference, WireClient tested)
{
    /// <summary>Stops after this many differences; later ones are usually consequences.</summary>
    private const int DifferencesMax = 10;

    private readonly RequestGenerator _generator = new(seed);
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);

    /// <summary>How often each kind of request had each outcome, as evidence that the sequence covers them.</summary>
    internal string Outcomes => string.Join('\n', _outcomes.Select(outcome => $"{outcome.Value,7} {outcome.Key}"));

    internal async Task<IReadOnlyList<Difference>> RunAsync(int requests)
    {
        foreach (var lease in LeaseGenerator.Ids)
        {
            var grant = new LeaseGrantRequest { ID = lease, TTL = 1_000_000 };
            var granted = await Task.WhenAll(reference.SendAsync(grant), tested.SendAsync(grant));
            Assert.All(granted, answer => Assert.Equal(0, answer.Code));
        }

        var differences = new List<Difference>();
        for (var number = 0; number < requests && differences.Count < DifferencesMax; number++)
        {
            if (await CompareAsync(number, _generator.Next()) is { } difference)
            {
                differences.Add(difference);
            }
        }

        return differences;
    }

    private async Task<Difference?> CompareAsync(int number, IMessage request)
    {
        var left = reference.SendAsync(request);
        var right = tested.SendAsync(request);
        try
        {
            await Task.WhenAll(left, right);
        }
        catch (HttpRequestException failure)
        {
            throw new InvalidOperationException(
                $"seed={seed} request={number}: no answer to {request.Descriptor.Name} {JsonFormatter.Default.Format(request)}; "
                + $"etcd: {left.Status}, tested: {right.Status}",
                failure);
        }

        var expected = AnswerNormalizer.Normalize(request, await left);
        var actual = AnswerNormalizer.Normalize(request, await right);
        Learn(request, expected);
        return expected.Equals(actual) ? null : new Difference(seed, number, request, expected, actual);
    }

    private void Learn(IMessage request, WireAnswer answer)
    {
        var outcome = $"{request.Descriptor.Name} {(answer.Code == 0 ? "ok" : answer.Text)}";
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        if (answer.Message is { } message)
        {
            // Every response of the service carries its header as field 1.
            var header = (ResponseHeader)message.Descriptor.FindFieldByNumber(1).Accessor.GetValue(message);
            _generator.CurrentRevision = header.Revision;
            if (request is CompactionRequest compaction)
            {
                _generator.CompactedRevision = compaction.Revision;
            }
        }
    }
}
