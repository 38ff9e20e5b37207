// The same load of points in Go: the handler, and a loop over the Runtime API in place of aws-lambda-go.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type request struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

type load struct {
	Phone  string `json:"phone"`
	Points int64  `json:"points"`
	Reason string `json:"reason"`
	LoadID string `json:"load_id"`
}

type item = map[string]types.AttributeValue

var (
	db         *dynamodb.Client
	known      = map[string]item{}
	keys       = os.Getenv("TABLE_API_KEYS")
	identities = os.Getenv("TABLE_IDENTITIES")
	points     = os.Getenv("TABLE_POINTS")
)

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
func number(value int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(value, 10)}
}

func textOf(value types.AttributeValue) string {
	if text, ok := value.(*types.AttributeValueMemberS); ok {
		return text.Value
	}
	return ""
}

func numberOf(value types.AttributeValue) int64 {
	if number, ok := value.(*types.AttributeValueMemberN); ok {
		parsed, _ := strconv.ParseInt(number.Value, 10, 64)
		return parsed
	}
	return 0
}

func token() string {
	var bytes [16]byte
	rand.Read(bytes[:])
	return hex.EncodeToString(bytes[:])
}

func get(ctx context.Context, table string, key item) (item, error) {
	found, err := db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &table, Key: key, ConsistentRead: aws.Bool(true),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	if err != nil {
		return nil, err
	}
	return found.Item, nil
}

func handle(ctx context.Context, event []byte) (*response, error) {
	var in request
	if err := json.Unmarshal(event, &in); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(in.Headers["x-api-key"]))
	hash := hex.EncodeToString(sum[:])
	if hash == os.Getenv("OPERATOR_KEY_HASH") {
		return answer(403, "no business")
	}
	key := known[hash]
	if key == nil {
		found, err := get(ctx, keys, item{"pk": text("key/" + hash)})
		if err != nil {
			return nil, err
		}
		if found == nil {
			return answer(401, "unknown key")
		}
		key = found
		known[hash] = key
	}
	business := textOf(key["business_id"])
	_, err := db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:           &keys,
		Key:                 item{"pk": text("limit/" + textOf(key["key_id"]))},
		UpdateExpression:    aws.String("SET #requests = if_not_exists(#requests, :zero) + :one, #attempt = :new_attempt"),
		ConditionExpression: aws.String("#window_start > :over AND #requests < :limit"),
		ExpressionAttributeNames: map[string]string{
			"#requests": "requests", "#window_start": "window_start", "#attempt": "attempt",
		},
		ExpressionAttributeValues: item{
			":zero": number(0), ":one": number(1), ":limit": number(100), ":new_attempt": text(token()),
			":over": number(time.Now().UnixMilli() - 900_000),
		},
		ReturnValues:           types.ReturnValueAllNew,
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	if err != nil {
		return nil, err
	}

	var asked load
	if err := json.Unmarshal([]byte(in.Body), &asked); err != nil {
		return answer(400, "bad request")
	}
	phone := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, asked.Phone)
	if asked.Points == 0 || asked.LoadID == "" || len(phone) < 7 {
		return answer(400, "bad request")
	}
	identity, err := get(ctx, identities, item{"pk": text(business + "/phone/" + phone)})
	if err != nil {
		return nil, err
	}
	if identity == nil {
		return answer(404, "no such customer")
	}
	pk := text(business + "/" + textOf(identity["customer_id"]))
	row, err := get(ctx, points, item{"pk": pk, "sk": text("balance")})
	if err != nil {
		return nil, err
	}
	balance := numberOf(row["balance"]) + asked.Points
	if balance < 0 {
		return answer(409, "below zero")
	}
	seq, attempt := number(numberOf(row["seq"])+1), text(token())
	_, err = db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
		TransactItems: []types.TransactWriteItem{
			{Update: &types.Update{
				TableName:           &points,
				Key:                 item{"pk": pk, "sk": text("balance")},
				UpdateExpression:    aws.String("SET #balance = :new_balance, #seq = :new_seq, #attempt = :new_attempt"),
				ConditionExpression: aws.String("#balance = :read_balance AND #seq = :read_seq"),
				ExpressionAttributeNames: map[string]string{
					"#balance": "balance", "#seq": "seq", "#attempt": "attempt",
				},
				ExpressionAttributeValues: item{
					":new_balance": number(balance), ":new_seq": seq, ":read_balance": row["balance"],
					":read_seq": row["seq"], ":new_attempt": attempt,
				},
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}},
			{Put: &types.Put{
				TableName: &points,
				Item: item{
					"pk": pk, "sk": text("entry/" + asked.LoadID), "load_id": text(asked.LoadID),
					"points": number(asked.Points), "reason": text(asked.Reason), "balance_after": number(balance),
					"seq": seq, "attempt": attempt, "created_at": text(time.Now().UTC().Format(time.RFC3339Nano)),
				},
				ConditionExpression:                 aws.String("attribute_not_exists(#pk)"),
				ExpressionAttributeNames:            map[string]string{"#pk": "pk"},
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}},
		},
	})
	if err != nil {
		return nil, err
	}
	return answer(201, map[string]any{"balance": balance, "load_id": asked.LoadID})
}

func answer(status int, body any) (*response, error) {
	text, err := json.Marshal(body)
	return &response{status, map[string]string{"content-type": "application/json"}, string(text)}, err
}

func main() {
	ctx := context.Background()
	// SDKs of this age take the endpoint by code only.
	endpoint := aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
		return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")}, nil
	})
	settings, err := config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(endpoint))
	if err != nil {
		panic(err)
	}
	db = dynamodb.NewFromConfig(settings)

	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(base + "next")
		if err != nil {
			panic(err)
		}
		event, _ := io.ReadAll(next.Body)
		next.Body.Close()
		kind, result := "/response", []byte(nil)
		if answer, err := handle(ctx, event); err != nil {
			kind = "/error"
			result, _ = json.Marshal(map[string]string{"errorMessage": err.Error()})
		} else if result, err = json.Marshal(answer); err != nil {
			panic(err)
		}
		id := next.Header.Get("lambda-runtime-aws-request-id")
		done, err := http.Post(base+fmt.Sprint(id, kind), "application/json", bytes.NewReader(result))
		if err != nil {
			panic(err)
		}
		io.Copy(io.Discard, done.Body)
		done.Body.Close()
	}
}
