using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>The members whose mode is changed: their settings are read first and restored afterwards.</summary>
internal sealed class ComparedMembers : IDisposable
{
    private ComparedMembers(IReadOnlyList<ComparedMember> all) => All = all;

    /// <summary>One entry for each member.</summary>
    public IReadOnlyList<ComparedMember> All { get; }

    /// <summary>Reads the settings of every endpoint. The caller disposes the result.</summary>
    /// <exception cref="UsageException">An endpoint does not respond or is not a MetaStore member.</exception>
    public static async Task<ComparedMembers> OpenAsync(MetaStoreClient client, IReadOnlyList<Endpoint> endpoints, CancellationToken cancellation)
    {
        var members = new List<ComparedMember>();
        try
        {
            foreach (var endpoint in endpoints)
            {
                var member = client.At(endpoint.Address);
                try
                {
                    var answer = await member.Batching.GetAsync(cancellation);
                    if (members.All(known => known.Id != answer.MemberId))
                    {
                        members.Add(new ComparedMember(endpoint, member, answer.MemberId, answer.Settings));
                        continue;
                    }
                }
                catch (RpcException failure)
                {
                    member.Dispose();
                    throw new UsageException(
                        failure.StatusCode == StatusCode.Unimplemented
                            ? $"{endpoint.ShortName} has no batching to compare: it is not a MetaStore member"
                            : $"{endpoint.ShortName} does not respond ({failure.Status.Detail}); every member must, because each batches the puts of its own clients",
                        ExitCodes.Error);
                }

                member.Dispose(); // another address of a known member
            }

            return new ComparedMembers(members);
        }
        catch
        {
            new ComparedMembers(members).Dispose();
            throw;
        }
    }

    /// <summary>Applies the same settings to every member.</summary>
    public Task SetAsync(BatchSettings change, CancellationToken cancellation) =>
        Task.WhenAll(All.Select(member => member.Client.Batching.SetAsync(change, cancellation)));

    /// <summary>Restores every member's settings. Members that do not respond are retried for the call timeout.</summary>
    /// <returns>One line for each member that could not be set.</returns>
    public async Task<IReadOnlyList<string>> RestoreAsync()
    {
        var faults = await Task.WhenAll(All.Select(async member =>
        {
            try
            {
                await member.Client.Batching.SetAsync(member.Before, CancellationToken.None);
                return null;
            }
            catch (RpcException failure)
            {
                return $"{member.Endpoint.ShortName} did not get its batch settings restored ({failure.Status.Detail}); if it was restarted it has those of its configuration, "
                    + $"else see metactl --endpoints {member.Endpoint.ShortName} batch status";
            }
        }));
        return [.. faults.Where(fault => fault is not null).Select(fault => fault!)];
    }

    /// <summary>Counters of all members' batchers since they started.</summary>
    public async Task<BatcherTotals> TotalsAsync(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(All.Select(member => member.Client.Batching.GetAsync(cancellation)));
        return new BatcherTotals(answers.Sum(answer => answer.Stats.TotalProposals), answers.Sum(answer => answer.Stats.TotalBatches));
    }

    /// <summary>The status of every member, in the order of <see cref="All"/>.</summary>
    public Task<StatusResponse[]> StatusAsync(CancellationToken cancellation) =>
        Task.WhenAll(All.Select(member => member.Client.Maintenance.StatusAsync(new StatusRequest(), cancellation)));

    /// <summary>The leader; null when there is none or it is not among the compared members.</summary>
    public ComparedMember? LeaderAmong(IReadOnlyList<StatusResponse> status)
    {
        var leader = status.MaxBy(answer => answer.RaftTerm)?.Leader;
        return All.FirstOrDefault(member => member.Id == leader);
    }

    public void Dispose()
    {
        foreach (var member in All)
        {
            member.Client.Dispose();
        }
    }
}
