using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.V1;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Looks;
using MetaStore.Server.Dashboard.Pages;
using MetaStore.StateMachine.Membership;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Changes;

/// <summary>Changes the batching settings of one member or of all: each member batches the writes of its own clients.</summary>
internal sealed class BatchingChange(MemberStore members, MemberCalls calls)
{
    /// <summary>Reads <c>{"settings": {...}}</c> and applies it to the member named by <c>?member=</c>, or to all.</summary>
    /// <returns>The response of each member.</returns>
    /// <exception cref="BadArgumentException">The request is invalid; nothing was changed.</exception>
    public async Task<byte[]> RunAsync(HttpContext http)
    {
        MemberRecord[] chosen = Chosen(http.Request);
        SetBatchingRequest request = Parse(await SmallBody.ReadAsync(http));
        var caller = OwnServices.Caller.Of(http);
        string[] errors = await Task.WhenAll(chosen.Select(member => calls.SetAsync(member, request, caller, http.RequestAborted)));
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            foreach ((MemberRecord member, string error) in chosen.Zip(errors))
            {
                json.WriteStartObject();
                json.WriteString("id", LookJson.Id(member.Id));
                json.WriteString("name", member.Name);
                json.WriteString("error", error);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return body.ToArray();
    }

    private MemberRecord[] Chosen(HttpRequest request)
    {
        string name = request.Query["member"].FirstOrDefault() ?? "";
        return name.Length == 0 ? [.. members.Members]
            : ulong.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id) && members.Find(id) is { } member ? [member]
            : throw new BadArgumentException("there is no such member");
    }

    internal static SetBatchingRequest Parse(byte[] body)
    {
        try
        {
            var request = JsonParser.Default.Parse<SetBatchingRequest>(Encoding.UTF8.GetString(body));
            return request.Settings is null || request.Admission is not null ? throw new BadArgumentException("the body has to be {\"settings\": {...}}") : request;
        }
        catch (Exception unfit) when (unfit is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new BadArgumentException(unfit.Message);
        }
    }
}
