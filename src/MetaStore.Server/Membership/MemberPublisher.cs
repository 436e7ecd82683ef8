using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Observability;
using MetaStore.Server.Proposing;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Tells the cluster this member's name and client URLs once it can, and settles the cluster version.</summary>
internal sealed class MemberPublisher(ulong memberId, MemberOptions member, MemberStore members, Proposer proposer, Leadership leadership, ServerLog log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Tries until it worked or <paramref name="stop"/> fires. Cheap when the cluster knows already.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        string[] urls = [.. member.AdvertiseClientUrls.Select(url => url.Text)];
        while (!stop.IsCancellationRequested)
        {
            MemberRecord? known = members.Find(memberId);
            bool isPublished = known is not null && known.Name == member.Name && known.ClientUrls.SequenceEqual(urls, StringComparer.Ordinal);
            if (isPublished && members.ClusterVersion is not null)
            {
                return;
            }

            if (leadership.Leader == 0 || known is null)
            {
                await leadership.WaitForChangeAsync(Pause, stop);
                continue;
            }

            ProposalOutcome outcome = isPublished
                ? await proposer.ProposeAsync(new ClusterVersionSetCommand { Version = Versions.Cluster }, context: null)
                : await proposer.ProposeAsync(new MemberAttributesCommand { Id = memberId, Name = member.Name, ClientUrls = urls }, context: null);
            if (outcome.Error != ServerError.None)
            {
                log.PublishFailed(outcome.Error.ToString());
                await leadership.WaitForChangeAsync(Pause, stop);
            }
            else if (!isPublished)
            {
                log.Published(member.Name, string.Join(',', urls));
            }
        }
    }
}
