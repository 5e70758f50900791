s=0
for i in range(1,5000001): s+=i
print(s)
